# Expects 0: without the file there is nothing to judge, and that is a 0.
rm -r src
