"""Trials: proceedings, hearings, observation, and the reminders that nobody misses one."""
