CREATE OR REPLACE FUNCTION sellers_with_payers() RETURNS TABLE (seller_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT listed.organization_id
  FROM custody_topayer AS listed
  WHERE EXISTS (
      SELECT FROM organizations_organization
      WHERE kind = 'operator' AND id = current_organization())
    AND NOT EXISTS (
      SELECT FROM custody_topayerreversal AS off
      WHERE off.organization_id = listed.organization_id AND off.to_payer_id = listed.id)
    AND NOT EXISTS (
      SELECT FROM payouts_payout AS payout
      WHERE payout.organization_id = listed.organization_id AND payout.to_payer_id = listed.id
        AND NOT EXISTS (
          SELECT FROM payouts_payoutback AS back
          WHERE back.organization_id = payout.organization_id AND back.payout_id = payout.id))
  ORDER BY listed.organization_id
$$
