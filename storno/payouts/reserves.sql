CREATE OR REPLACE FUNCTION sellers_with_reserves() RETURNS TABLE (seller_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT organization_id
  FROM (
    SELECT organization_id, credit AS account, amount_minor FROM ledger_transfer
    WHERE credit IN ('VATRES', 'PREP')
    UNION ALL
    SELECT organization_id, debit, -amount_minor FROM ledger_transfer
    WHERE debit IN ('VATRES', 'PREP')) AS moved
  WHERE EXISTS (
    SELECT FROM organizations_organization
    WHERE kind = 'operator' AND id = current_organization())
  GROUP BY organization_id, account
  HAVING sum(amount_minor) <> 0
  ORDER BY organization_id
$$
