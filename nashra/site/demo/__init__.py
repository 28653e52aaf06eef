"""The sample newspaper: invented sources, their articles and pictures, a local feed server, and its readers.

Everything here was written and drawn for Nashra; the place, the people and the events are invented.
"""
