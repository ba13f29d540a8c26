"""The commands: argument, call, commit, one line. Each file gathers its commands in `COMMANDS`."""
