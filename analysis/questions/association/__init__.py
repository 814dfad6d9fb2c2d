"""Who withdraws?"""
