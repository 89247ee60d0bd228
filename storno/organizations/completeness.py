def missing_for_issue(seller): return ()
