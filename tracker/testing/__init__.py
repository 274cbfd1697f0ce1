"""For authors of plugins: contract tests, made-up shops, and HTTP that misbehaves on purpose."""
