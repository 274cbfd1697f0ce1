"""Between plugins and the portal: loads them, calls them in isolation, and hands them what they may use."""
