"""Figures of speed and size, each as a ratio to a yardstick measured in the same run. Nothing here ships."""
