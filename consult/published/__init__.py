"""The standards as the public reads them: with their evidence, for commissioners, and to check oneself."""
