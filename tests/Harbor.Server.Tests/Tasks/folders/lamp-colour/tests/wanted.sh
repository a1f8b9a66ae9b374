wanted=green
