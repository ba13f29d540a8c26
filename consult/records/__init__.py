"""What more than one feature reads or writes. Rooms are imported one by one: the intake must not load them
all."""
