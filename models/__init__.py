"""The models: encoder, linear heads, language, plan, embedded chat model, confidence."""
