CREATE OR REPLACE FUNCTION erase_money_letters(moment timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH letters AS (
    DELETE FROM mailroom_letter AS letter
    WHERE letter.organization_id = current_organization() AND (
      EXISTS (
        SELECT FROM custody_setaside AS made JOIN documents_erasure AS erasure
          ON erasure.organization_id = made.organization_id
          AND erasure.document_id = made.invoice_id
        WHERE made.organization_id = letter.organization_id AND made.id = letter.subject_id)
      -- The caller's clock may be behind ours, never ahead of it: nothing goes before its time.
      OR letter.queued_at < least(moment, now()) - interval '2 years' AND (
        EXISTS (
          SELECT FROM payouts_payout AS payout
          WHERE payout.organization_id = letter.organization_id AND payout.id = letter.subject_id)
        OR EXISTS (
          SELECT FROM custody_payoutaccount AS account
          WHERE account.organization_id = letter.organization_id
            AND account.id = letter.subject_id)))
    RETURNING letter.id
  ), copies AS (
    DELETE FROM archive_file AS file USING letters
    WHERE file.organization_id = current_organization() AND file.subject_id = letters.id
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM letters) + (SELECT count(*) FROM copies)
$$
