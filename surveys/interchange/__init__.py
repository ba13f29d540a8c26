"""Surveys in other people's formats, as rows and words: opening and writing files is somebody else's work."""
