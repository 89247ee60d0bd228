CREATE OR REPLACE FUNCTION client_money_by_account() RETURNS TABLE (account text, owed bigint, lacking bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT account, sum(greatest(minor, 0))::bigint, sum(greatest(-minor, 0))::bigint
  FROM (
    SELECT organization_id, account, sum(amount_minor) AS minor
    FROM (
      SELECT organization_id, credit AS account, amount_minor FROM ledger_transfer
      WHERE credit IN ('PAYABLE', 'VATRES', 'PREP', 'FEE', 'FEEVAT', 'PAYER', 'TOPAYER', 'TAXWAIT',
        'ONWAY')
      UNION ALL
      SELECT organization_id, debit, -amount_minor FROM ledger_transfer
      WHERE debit IN ('PAYABLE', 'VATRES', 'PREP', 'FEE', 'FEEVAT', 'PAYER', 'TOPAYER', 'TAXWAIT',
        'ONWAY')) AS moved
    WHERE EXISTS (
      SELECT FROM organizations_organization
      WHERE kind = 'operator' AND id = current_organization())
    GROUP BY organization_id, account) AS of_seller
  GROUP BY account
$$
