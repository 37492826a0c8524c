"""Members: invitation, enrolment, sign-in, sessions, second factors, and the forms that outlive their session."""
