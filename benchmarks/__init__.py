"""Measurements of speed. They print figures; they are not tests, and nothing fails when a machine is slow."""
