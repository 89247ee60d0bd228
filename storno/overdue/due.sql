CREATE OR REPLACE FUNCTION organizations_that_remind() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT organization_id FROM organizations_settings WHERE cardinality(overdue_days) > 0
$$
