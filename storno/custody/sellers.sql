CREATE OR REPLACE FUNCTION open_invoices_of_sellers(
  tokens text[], words text[], paid_from text, amount bigint, paid_in text, most int)
RETURNS TABLE (
  organization_id uuid, seller text, invoice_id uuid, number text, open_minor bigint, why text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH house AS (
    SELECT seller.id FROM organizations_organization seller
    JOIN organizations_organization operator ON operator.id = seller.operator_id
    WHERE operator.kind = 'operator' AND operator.id = current_organization()),
  found AS (
    (SELECT 'number' AS why, house.id AS whose, paper.id AS paper_id
     FROM house CROSS JOIN LATERAL (
       SELECT id FROM documents_document
       WHERE organization_id = house.id AND kind = 'invoice' AND number = ANY (tokens)
       LIMIT most) paper
     CROSS JOIN LATERAL (
       SELECT open_minor FROM documents_standing
       WHERE organization_id = house.id AND id = paper.id AND open_minor > 0 LIMIT 1) asked
     ORDER BY (asked.open_minor = amount) DESC NULLS LAST, paper.id DESC LIMIT most)
    UNION ALL
    (SELECT 'reference', kept.organization_id, kept.document_id
     FROM numbering_receivingaccount receiving CROSS JOIN LATERAL (
       SELECT * FROM numbering_paymentreference
       WHERE account = receiving.account AND reference = ANY (tokens)
       LIMIT most) kept
     JOIN house ON house.id = kept.organization_id
     LIMIT most)
    UNION ALL
    (SELECT 'amount', house.id, paper.id
     FROM house CROSS JOIN LATERAL (
       SELECT priced.id FROM documents_document priced CROSS JOIN LATERAL (
         SELECT FROM documents_standing
         WHERE organization_id = house.id AND id = priced.id AND open_minor > 0 LIMIT 1) asked
       WHERE priced.organization_id = house.id AND priced.payable_minor = amount
         AND priced.kind = 'invoice'
       ORDER BY priced.id DESC LIMIT most) paper
     ORDER BY paper.id DESC LIMIT most)
    UNION ALL
    (SELECT 'account', met.paid_organization_id, paper.id
     FROM (
       SELECT match_id FROM bank_entry
       WHERE organization_id = current_organization() AND state = 'matched'
         AND party_account = paid_from AND paid_from <> '' AND match_id IS NOT NULL
       ORDER BY id DESC LIMIT most) earlier
     CROSS JOIN LATERAL (
       SELECT paid_organization_id, invoice_id FROM bank_match
       WHERE organization_id = current_organization() AND id = earlier.match_id LIMIT 1) met
     JOIN house ON house.id = met.paid_organization_id
     CROSS JOIN LATERAL (
       SELECT recipient_id FROM documents_standing
       WHERE organization_id = house.id AND id = met.invoice_id LIMIT 1) paid
     CROSS JOIN LATERAL (
       SELECT id FROM documents_standing
       WHERE organization_id = house.id AND recipient_id = paid.recipient_id AND open_minor > 0
       ORDER BY id DESC LIMIT most) paper
     LIMIT most)
    UNION ALL
    (SELECT 'name', house.id, paper.id
     FROM house CROSS JOIN LATERAL (
       SELECT DISTINCT client_id FROM clients_clientword first
       WHERE organization_id = house.id AND archived IN (false, true)
         AND word >= words[1] AND word < words[1] || chr(1114111)
         AND NOT EXISTS (
           SELECT FROM unnest(words[2:]) further WHERE NOT EXISTS (
             SELECT FROM clients_clientword other
             WHERE other.organization_id = house.id AND other.client_id = first.client_id
               AND other.word >= further AND other.word < further || chr(1114111)))
       LIMIT most) client
     CROSS JOIN LATERAL (
       SELECT id, open_minor FROM documents_standing
       WHERE organization_id = house.id AND recipient_id = client.client_id AND open_minor > 0
       ORDER BY id DESC LIMIT most) paper
     ORDER BY (paper.open_minor = amount) DESC NULLS LAST, paper.id DESC LIMIT most)
  ),
  each_once AS (
    SELECT whose, paper_id, array_agg(DISTINCT why) AS why FROM found GROUP BY whose, paper_id)
  SELECT each_once.whose, seller.name, each_once.paper_id, paper.number, asked.open_minor,
    each_once.why || CASE
      WHEN asked.open_minor = amount AND NOT 'amount' = ANY (each_once.why) THEN ARRAY['amount']
      ELSE '{}' END
  FROM each_once
  CROSS JOIN LATERAL (
    SELECT number FROM documents_document
    WHERE organization_id = each_once.whose AND id = each_once.paper_id AND currency = paid_in
    LIMIT 1) paper
  CROSS JOIN LATERAL (
    SELECT open_minor FROM documents_standing
    WHERE organization_id = each_once.whose AND id = each_once.paper_id AND open_minor > 0
    LIMIT 1) asked
  JOIN organizations_seller seller ON seller.organization_id = each_once.whose
$$
