CREATE OR REPLACE FUNCTION erase_reversal_reasons() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH of_payments AS (
    UPDATE payments_reversal AS reversal SET reason = '', salt = ''
    FROM payments_payment AS payment, documents_erasure AS erasure
    WHERE reversal.organization_id = current_organization() AND reversal.salt <> ''
      AND payment.organization_id = reversal.organization_id AND payment.id = reversal.payment_id
      AND erasure.organization_id = reversal.organization_id
      AND erasure.document_id = payment.invoice_id
    RETURNING 1
  ), of_refunds AS (
    UPDATE payments_refundreversal AS reversal SET reason = '', salt = ''
    FROM payments_refund AS refund, documents_erasure AS erasure
    WHERE reversal.organization_id = current_organization() AND reversal.salt <> ''
      AND refund.organization_id = reversal.organization_id AND refund.id = reversal.refund_id
      AND erasure.organization_id = reversal.organization_id
      AND erasure.document_id = refund.invoice_id
    RETURNING 1
  ), of_write_offs AS (
    UPDATE payments_writeoffreversal AS reversal SET reason = '', salt = ''
    FROM payments_writeoff AS write_off, documents_erasure AS erasure
    WHERE reversal.organization_id = current_organization() AND reversal.salt <> ''
      AND write_off.organization_id = reversal.organization_id
      AND write_off.id = reversal.write_off_id
      AND erasure.organization_id = reversal.organization_id
      AND erasure.document_id = write_off.invoice_id
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM of_payments) + (SELECT count(*) FROM of_refunds)
    + (SELECT count(*) FROM of_write_offs)
$$
