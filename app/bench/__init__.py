"""Measure a whole server: the conversations it holds, beside an empty graph on the same one."""
