"""Reminders and mail (DESIGN §4). The room knows ids and due times; what they are about lies sealed elsewhere.

plan.py    what the upper rooms call in their own transaction: plan, post, cancel; and which are due
book.py    who a reminder is for, and what the room is told from above to reach them
tick.py    what the unattended process calls; due.py turns reminders due, send.py mails under claims.py
apart.py   what is none of ours taken apart from what is, row by row
mail.py    the constant text and one conversation with the mail server
watch.py   heartbeat, alarms, troubles, and the sweep of what is done with
rules.py   slots and back-off; points.py: where the tests kill the process
"""
