CREATE OR REPLACE FUNCTION erase_reversal_reasons() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH emptied AS (
    UPDATE payments_reversal AS reversal SET reason = '', salt = ''
    FROM payments_payment AS payment, documents_erasure AS erasure
    WHERE reversal.organization_id = current_organization() AND reversal.salt <> ''
      AND payment.organization_id = reversal.organization_id AND payment.id = reversal.payment_id
      AND erasure.organization_id = reversal.organization_id
      AND erasure.document_id = payment.invoice_id
    RETURNING 1
  )
  SELECT count(*) FROM emptied
$$
