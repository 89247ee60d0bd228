CREATE OR REPLACE FUNCTION sellers_with_failed_payers() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT payout.organization_id
  FROM payouts_payout AS payout
  JOIN payouts_payoutback AS back
    ON back.organization_id = payout.organization_id AND back.payout_id = payout.id
  WHERE payout.to_payer_id IS NOT NULL AND back.why IN ('refused', 'returned')
    AND NOT EXISTS (
      SELECT FROM custody_topayerreversal AS off_the_list
      WHERE off_the_list.organization_id = payout.organization_id
        AND off_the_list.to_payer_id = payout.to_payer_id)
$$
