"""The coding workbench: code frame, answers, codings, and suggestions that nothing but a person applies."""
