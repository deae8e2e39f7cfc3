fc_module(dataset/row USES base text flight flight/calendar)
