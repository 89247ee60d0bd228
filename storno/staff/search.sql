CREATE OR REPLACE FUNCTION found_by_customer_service(
  asked text, tokens text[], words text[], amount bigint, most int)
RETURNS TABLE (organization_id uuid, by_what text, invoice_id uuid, number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH found AS (
    (SELECT 1 AS place, house.id AS whose, 'number' AS by_what, paper.id AS paper_id
     FROM organizations_organization house CROSS JOIN LATERAL (
       SELECT id FROM documents_document
       WHERE organization_id = house.id AND kind = 'invoice' AND number = ANY (tokens)) paper
     LIMIT most)
    UNION ALL
    (SELECT 2, kept.organization_id, 'reference', kept.document_id
     FROM numbering_receivingaccount receiving CROSS JOIN LATERAL (
       SELECT * FROM numbering_paymentreference
       WHERE account = receiving.account AND reference = ANY (tokens)) kept
     LIMIT most)
    UNION ALL
    (SELECT 3, house.id, 'business_id', NULL
     FROM organizations_organization house JOIN organizations_seller seller
       ON seller.organization_id = house.id
     WHERE seller.business_id <> ''
       AND regexp_replace(upper(seller.business_id), '[^0-9A-Z]', '', 'g') = ANY (tokens)
     LIMIT most)
    UNION ALL
    (SELECT 4, house.id, 'organization', NULL
     FROM organizations_organization house JOIN organizations_seller seller
       ON seller.organization_id = house.id
     WHERE house.slug = lower(asked) OR strpos(lower(seller.name), lower(asked)) > 0
     LIMIT most)
    UNION ALL
    (SELECT 5, met.paid_organization_id, 'account', met.invoice_id
     FROM organizations_organization house CROSS JOIN LATERAL (
       SELECT match_id FROM bank_entry
       WHERE organization_id = house.id AND state = 'matched' AND party_account <> ''
         AND party_account = ANY (tokens)
       LIMIT most) entry
     CROSS JOIN LATERAL (
       SELECT paid_organization_id, invoice_id FROM bank_match
       WHERE organization_id = house.id AND id = entry.match_id
       LIMIT 1) met
     LIMIT most)
    UNION ALL
    (SELECT 6, house.id, 'amount', paper.id
     FROM organizations_organization house CROSS JOIN LATERAL (
       SELECT id FROM documents_document
       WHERE organization_id = house.id AND payable_minor = amount AND kind = 'invoice'
       LIMIT most) paper
     LIMIT most)
    UNION ALL
    (SELECT 7, house.id, 'payer', paper.id
     FROM organizations_organization house CROSS JOIN LATERAL (
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
       SELECT id FROM documents_document
       WHERE organization_id = house.id AND recipient_id = client.client_id AND kind = 'invoice'
       ORDER BY issued_on DESC LIMIT 3) paper
     LIMIT most)
  )
  SELECT best.whose, best.by_what, best.paper_id, paper.number
  FROM (
    SELECT DISTINCT ON (whose, paper_id) * FROM found ORDER BY whose, paper_id, place
  ) best
  LEFT JOIN documents_document paper
    ON paper.organization_id = best.whose AND paper.id = best.paper_id
  ORDER BY best.place, best.paper_id DESC NULLS LAST, best.whose
  LIMIT most
$$;
CREATE OR REPLACE FUNCTION names_for_customer_service(wanted uuid[])
RETURNS TABLE (organization_id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT organization_id, name FROM organizations_seller WHERE organization_id = ANY (wanted)
$$
