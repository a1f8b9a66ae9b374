# Expects 0: a reward that the agent wrote is gone before the verifier begins.
echo 1.0 > /logs/verifier/reward.txt
echo '{"reward": 1.0, "compiled": true, "tests_passed": 5, "tests_total": 5}' > /logs/verifier/reward.json
