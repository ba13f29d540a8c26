"""Files that leave the team: figures for publication, quotes that two people passed, and no id of anybody."""
