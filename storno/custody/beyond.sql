CREATE OR REPLACE FUNCTION money_of_payers(most int)
RETURNS TABLE (organization_id uuid, seller text, invoice_id uuid, number text, lies bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT beyond.organization_id, seller.name, beyond.subject_id, paper.number, beyond.lies
  FROM (
    SELECT organization_id, subject_id, sum(amount_minor)::bigint AS lies
    FROM (
      SELECT organization_id, subject_id, amount_minor FROM ledger_transfer WHERE credit = 'PAYER'
      UNION ALL
      SELECT organization_id, subject_id, -amount_minor FROM ledger_transfer
      WHERE debit = 'PAYER') AS moved
    WHERE EXISTS (
      SELECT FROM organizations_organization
      WHERE kind = 'operator' AND id = current_organization())
    GROUP BY organization_id, subject_id
    HAVING sum(amount_minor) > 0) AS beyond
  JOIN documents_document paper
    ON paper.organization_id = beyond.organization_id AND paper.id = beyond.subject_id
  JOIN organizations_seller seller ON seller.organization_id = beyond.organization_id
  ORDER BY beyond.subject_id
  LIMIT most
$$
