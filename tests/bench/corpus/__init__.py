"""What the reader makes of the corpus of real mails, as a table of figures with their bars (`make corpus`)."""
