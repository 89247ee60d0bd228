CREATE OR REPLACE FUNCTION forget_looks(before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH gone AS (
    -- The caller's clock may be behind ours, never ahead of it: nothing is forgotten before its time.
    DELETE FROM clients_look
    WHERE organization_id = current_organization() AND at < least(before, now() - interval '729 days')
    RETURNING 1
  )
  SELECT count(*) FROM gone
$$
