CREATE OR REPLACE FUNCTION sellers_to_pay_out() RETURNS TABLE (seller_id uuid, payable_minor bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT organization_id, sum(amount_minor) FILTER (WHERE account = 'PAYABLE')::bigint
  FROM (
    SELECT organization_id, credit AS account, amount_minor FROM ledger_transfer
    WHERE credit IN ('PAYABLE', 'TAXWAIT')
    UNION ALL
    SELECT organization_id, debit, -amount_minor FROM ledger_transfer
    WHERE debit IN ('PAYABLE', 'TAXWAIT')) AS moved
  WHERE EXISTS (
    SELECT FROM organizations_organization
    WHERE kind = 'operator' AND id = current_organization())
  GROUP BY organization_id
  HAVING sum(amount_minor) FILTER (WHERE account = 'PAYABLE') <> 0
    OR sum(amount_minor) FILTER (WHERE account = 'TAXWAIT') <> 0
  ORDER BY organization_id
$$
