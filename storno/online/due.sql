CREATE OR REPLACE FUNCTION organizations_with_due_checkouts(moment timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT organization_id FROM online_checkout WHERE next_ask_at <= moment
  UNION
  SELECT organization_id FROM online_sending WHERE next_try_at <= moment
  UNION
  SELECT checkout.organization_id
  FROM online_checkout AS checkout
  JOIN documents_standing AS standing
    ON standing.organization_id = checkout.organization_id AND standing.id = checkout.invoice_id
  WHERE checkout.state = 'open' AND checkout.amount_minor <> standing.open_minor
$$
