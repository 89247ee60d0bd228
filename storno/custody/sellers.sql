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
       SELECT priced.id, asked.open_minor FROM documents_document priced
       JOIN documents_standing asked
         ON asked.organization_id = house.id AND asked.id = priced.id AND asked.open_minor > 0
       WHERE priced.organization_id = house.id AND priced.kind = 'invoice'
         AND priced.number = ANY (tokens)
       LIMIT most) paper
     ORDER BY (paper.open_minor = amount) DESC NULLS LAST, paper.id DESC LIMIT most)
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
       SELECT priced.id FROM documents_document priced
       JOIN documents_standing asked
         ON asked.organization_id = house.id AND asked.id = priced.id AND asked.open_minor > 0
       WHERE priced.organization_id = house.id AND priced.payable_minor = amount
         AND priced.kind = 'invoice'
       ORDER BY priced.id DESC LIMIT most) paper
     ORDER BY paper.id DESC LIMIT most)
    UNION ALL
    (SELECT 'account', paid.organization_id, paper.id
     FROM (
       SELECT match_id FROM bank_entry
       WHERE organization_id = current_organization() AND state = 'matched'
         AND party_account = paid_from AND paid_from <> '' AND match_id IS NOT NULL
       ORDER BY id DESC LIMIT most) earlier
     JOIN bank_match met
       ON met.organization_id = current_organization() AND met.id = earlier.match_id
     JOIN house ON house.id = met.paid_organization_id
     JOIN documents_standing paid
       ON paid.organization_id = house.id AND paid.id = met.invoice_id
     CROSS JOIN LATERAL (
       SELECT id FROM documents_standing
       WHERE organization_id = paid.organization_id AND recipient_id = paid.recipient_id
         AND open_minor > 0
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
  )
  SELECT paper.organization_id, seller.name, paper.id, paper.number, asked.open_minor,
    array_agg(DISTINCT found.why)
      || CASE WHEN asked.open_minor = amount AND NOT 'amount' = ANY (array_agg(found.why))
        THEN ARRAY['amount'] ELSE '{}' END
  FROM found
  JOIN documents_document paper
    ON paper.organization_id = found.whose AND paper.id = found.paper_id
  JOIN documents_standing asked
    ON asked.organization_id = found.whose AND asked.id = found.paper_id
  JOIN organizations_seller seller ON seller.organization_id = found.whose
  WHERE asked.open_minor > 0 AND paper.currency = paid_in
  GROUP BY paper.organization_id, seller.name, paper.id, paper.number, asked.open_minor
$$
