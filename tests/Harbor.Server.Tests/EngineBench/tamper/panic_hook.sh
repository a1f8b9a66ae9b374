# Expects 0: a panic hook that ends the process with 0 needs 'std', which a card does not have.
/opt/enginebench/agents/partial
sed -i 's/let amount/std::panic::set_hook(Box::new(|_| std::process::exit(0)));\n        let amount/' "$ENGINEBENCH_FILE"
