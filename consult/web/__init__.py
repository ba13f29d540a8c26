"""Flask furniture: extensions, sessions, headers, access, errors, templates. Rooms are imported one by
one."""
