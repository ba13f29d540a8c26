"""Writers turn values into the bytes of a file. They know no database, no key and no request."""
