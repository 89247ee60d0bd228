CREATE OR REPLACE FUNCTION client_money_of_sellers() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(sum(CASE debit WHEN 'CBANK' THEN amount_minor ELSE -amount_minor END), 0)::bigint
  FROM ledger_transfer
  WHERE (debit = 'CBANK' OR credit = 'CBANK') AND EXISTS (
    SELECT FROM organizations_organization
    WHERE kind = 'operator' AND id = current_organization())
$$
