fc_module(dataset USES base text flight dataset/bytes dataset/row)
