CREATE OR REPLACE FUNCTION sellers_with_payers() RETURNS TABLE (seller_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT organization_id
  FROM (
    SELECT organization_id, amount_minor FROM ledger_transfer WHERE credit = 'TOPAYER'
    UNION ALL
    SELECT organization_id, -amount_minor FROM ledger_transfer WHERE debit = 'TOPAYER') AS moved
  WHERE EXISTS (
    SELECT FROM organizations_organization
    WHERE kind = 'operator' AND id = current_organization())
  GROUP BY organization_id
  HAVING sum(amount_minor) <> 0
  ORDER BY organization_id
$$
