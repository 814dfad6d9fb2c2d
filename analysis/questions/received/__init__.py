"""What came, and what of it was counted?"""
