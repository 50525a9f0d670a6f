"""The four scales: occasions and moves in, level and evidence out, by the rules of the rubric."""
