CREATE OR REPLACE FUNCTION organizations_with_due_reminders(moment timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT organization_id FROM diary_booking WHERE remind_at <= moment
$$
