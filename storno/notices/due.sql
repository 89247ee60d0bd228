CREATE OR REPLACE FUNCTION organizations_with_due_notices(moment timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT organization_id FROM notices_notice WHERE state = 'due' AND due_at <= moment
$$
