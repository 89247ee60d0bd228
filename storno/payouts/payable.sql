CREATE OR REPLACE FUNCTION sellers_to_pay_out() RETURNS TABLE (seller_id uuid, payable_minor bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT organization_id,
    sum(CASE credit WHEN 'PAYABLE' THEN amount_minor ELSE -amount_minor END)::bigint
  FROM ledger_transfer
  WHERE (debit = 'PAYABLE' OR credit = 'PAYABLE') AND EXISTS (
    SELECT FROM organizations_organization
    WHERE kind = 'operator' AND id = current_organization())
  GROUP BY organization_id
  HAVING sum(CASE credit WHEN 'PAYABLE' THEN amount_minor ELSE -amount_minor END) <> 0
  ORDER BY organization_id
$$
