"""What becomes of cases from record to court?"""
