"""Keys and sealed records. Rooms are imported one by one: the intake must be able to seal without the rooms
that open.

Only this package imports `cryptography`. It knows no tables, no pages and no surveys.
"""
