CREATE OR REPLACE FUNCTION organizations_with_new_entries() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT organization_id FROM bank_entry WHERE state = 'new'
$$
